import { magnitude } from './numbers.ts';

/** What a report is before it is a page: of a review, of an evaluation, of a view of the inspector. */
export interface Report<B = ReportBlock> {
  readonly title: string;
  /** Said beside the title. */
  readonly note?: string;
  /** What a reader must know to place the rest: models, edit, date. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly sections: readonly ReportSection<B>[];
  readonly footer?: string;
}

export interface ReportSection<B = ReportBlock> {
  readonly title: string;
  readonly blocks: readonly B[];
}

/** A block without a title belongs to what stands before it. */
export type ReportBlock = ReportText | ReportList | ReportTable | ReportLines | ReportImage | ReportDrawing;

export type ReportCell = string | number | boolean | null;

export interface ReportText {
  readonly type: 'text';
  readonly title: string | null;
  readonly text: string;
}

export interface ReportList {
  readonly type: 'list';
  readonly title: string | null;
  readonly items: readonly string[];
}

export interface ReportTable {
  readonly type: 'table';
  readonly title: string | null;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReportCell[])[];
}

/** Lines that begin with + and - where they were added or removed. */
interface ReportLines {
  readonly type: 'lines';
  readonly title: string | null;
  readonly lines: readonly string[];
}

interface ReportImage {
  readonly type: 'image';
  readonly title: string;
  /** A `data:` address. */
  readonly address: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A picture in the page's own markup, made by a function that escapes what foreign text it holds. */
interface ReportDrawing {
  readonly type: 'drawing';
  readonly title: string | null;
  readonly markup: string;
}

/** A cell as people read it: whole numbers in full, others with three digits; nothing for null. */
export function cellText(cell: ReportCell): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : magnitude(cell);
  return cell === null ? '' : String(cell);
}
