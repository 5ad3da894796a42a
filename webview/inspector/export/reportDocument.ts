import type { ChartTheme } from '../../charts/theme.ts';

/** A view as a document: what is exported, before it is Markdown, CSV, HTML or a picture. */

export type ReportCell = string | number | boolean | null;

export interface ReportTable {
  readonly type: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReportCell[])[];
  /** A picture of the section shows the same, so that a PNG goes without. */
  readonly pictured?: true;
}

export interface ReportPicture {
  readonly type: 'picture';
  readonly title: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly paint: (context: OffscreenCanvasRenderingContext2D, theme: ChartTheme) => void;
}

interface ReportText {
  readonly type: 'text';
  readonly title: string;
  readonly text: string;
}

export type ReportBlock = ReportTable | ReportPicture | ReportText;

export interface ReportSection {
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

export interface ReportDocument {
  readonly title: string;
  /** Model, edit, date: what a reader must know to place the numbers. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly sections: readonly ReportSection[];
}
