import type { ReportTable as AnyTable, ReportText as AnyText, Report } from '../../../src/text/report.ts';
import type { ChartTheme } from '../../charts/theme.ts';

/** A view as a document: what is exported, before it is Markdown, CSV, HTML or a picture. Every block has a title. */

export interface ReportTable extends AnyTable {
  readonly title: string;
  /** A picture of the section shows the same, so that a PNG goes without. */
  readonly pictured?: true;
}

interface ReportText extends AnyText {
  readonly title: string;
}

export interface ReportPicture {
  readonly type: 'picture';
  readonly title: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly paint: (context: OffscreenCanvasRenderingContext2D, theme: ChartTheme) => void;
}

export type ReportBlock = ReportTable | ReportPicture | ReportText;
export type ReportDocument = Report<ReportBlock>;
export type ReportSection = ReportDocument['sections'][number];
