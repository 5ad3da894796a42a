import * as l10n from '@vscode/l10n';
import type { ChartTheme } from '../../charts/theme.ts';
import { cellText } from './cellText.ts';
import type { ReportBlock, ReportDocument, ReportPicture, ReportTable } from './reportDocument.ts';

/** Pixels for each CSS pixel, so that a picture is sharp in a paper. */
const sharpness = 2;
/** In CSS pixels. Rows beyond are left out, and said to be. */
const width = 1180;
const tallest = 7000;
const margin = 28;

export async function pngOf(picture: ReportPicture, theme: ChartTheme): Promise<Blob> {
  const { canvas, context } = canvasOf(picture.width, picture.height, theme);
  picture.paint(context, theme);
  return await canvas.convertToBlob({ type: 'image/png' });
}

/** The document as one picture: headings, texts, charts and tables from top to bottom, in the theme's colours. */
export async function documentPng(document: ReportDocument, theme: ChartTheme): Promise<Blob> {
  const measure = new Page(canvasOf(1, 1, theme).context, theme, false);
  const height = measure.draw(document);
  const { canvas, context } = canvasOf(width, height, theme);
  new Page(context, theme, true).draw(document);
  return await canvas.convertToBlob({ type: 'image/png' });
}

function canvasOf(across: number, down: number, theme: ChartTheme) {
  const canvas = new OffscreenCanvas(across * sharpness, down * sharpness);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the picture is too large to be drawn');
  context.scale(sharpness, sharpness);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, across, down);
  return { canvas, context };
}

/** Sets a document from top to bottom; without `inked` only to see how high it becomes. */
class Page {
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #theme: ChartTheme;
  readonly #inked: boolean;
  #y = margin;

  constructor(context: OffscreenCanvasRenderingContext2D, theme: ChartTheme, inked: boolean) {
    this.#context = context;
    this.#theme = theme;
    this.#inked = inked;
    context.textBaseline = 'alphabetic';
  }

  draw({ title, facts, sections }: ReportDocument): number {
    this.#paragraph(title, 1.5, 'bold', this.#theme.foreground);
    for (const [name, value] of facts) this.#paragraph(`${name}: ${value}`, 0.95, '', this.#theme.muted);
    for (const section of sections) {
      this.#y += 14;
      this.#paragraph(section.title, 1.2, 'bold', this.#theme.foreground);
      for (const block of section.blocks) this.#block(block);
    }
    return Math.ceil(this.#y + margin);
  }

  #block(block: ReportBlock): void {
    if (block.type === 'table' && block.pictured) return;
    this.#y += 8;
    this.#paragraph(block.title, 1, 'bold', this.#theme.foreground);
    if (block.type === 'text') this.#paragraph(block.text, 1, '', this.#theme.foreground);
    else if (block.type === 'table') this.#table(block);
    else this.#picture(block);
  }

  #picture(picture: ReportPicture): void {
    const scale = Math.min(1, (width - 2 * margin) / picture.width);
    if (this.#inked) {
      this.#context.save();
      this.#context.translate(margin, this.#y);
      this.#context.scale(scale, scale);
      picture.paint(this.#context, this.#theme);
      this.#context.restore();
    }
    this.#y += picture.height * scale + 6;
  }

  #table({ columns, rows }: ReportTable): void {
    const line = this.#theme.fontSize * 1.7;
    const room = width - 2 * margin;
    const fitting = Math.max(1, Math.floor((tallest - this.#y) / line));
    const shown = rows.slice(0, fitting).map((row) => row.map(cellText));
    this.#font(0.9, '');
    const natural = columns.map((name, column) =>
      Math.min(
        380,
        12 + Math.max(...[name, ...shown.map((row) => row[column] ?? '')].map((text) => this.#width(text))),
      ),
    );
    const total = natural.reduce((sum, value) => sum + value, 0);
    const widths = natural.map((value) => (total > room ? (value * room) / total : value));
    this.#row(columns, widths, line, this.#theme.muted);
    for (const row of shown) this.#row(row, widths, line, this.#theme.foreground);
    const left = rows.length - shown.length;
    if (left > 0) this.#paragraph(l10n.t('{0} more rows', left), 0.9, '', this.#theme.muted);
  }

  #row(cells: readonly string[], widths: readonly number[], height: number, colour: string): void {
    if (this.#inked) {
      this.#font(0.9, '');
      this.#context.fillStyle = colour;
      let x = margin;
      for (const [column, cell] of cells.entries()) {
        const room = widths[column] ?? 0;
        this.#context.fillText(this.#fitted(cell, room - 10), x, this.#y + height * 0.7);
        x += room;
      }
      this.#context.fillStyle = this.#theme.line;
      this.#context.fillRect(margin, this.#y + height - 0.5, width - 2 * margin, 0.5);
    }
    this.#y += height;
  }

  #paragraph(text: string, size: number, weight: string, colour: string): void {
    this.#font(size, weight);
    const height = this.#theme.fontSize * size * 1.5;
    for (const line of text.split('\n').flatMap((part) => this.#wrapped(part))) {
      if (this.#inked) {
        this.#context.fillStyle = colour;
        this.#context.textAlign = 'left';
        this.#context.fillText(line, margin, this.#y + height * 0.75);
      }
      this.#y += height;
    }
  }

  #wrapped(text: string): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.#width(longer) > width - 2 * margin) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    return [...lines, line];
  }

  #fitted(text: string, room: number): string {
    if (this.#width(text) <= room) return text;
    let length = Math.max(1, Math.floor((text.length * room) / this.#width(text)));
    while (length > 1 && this.#width(`${text.slice(0, length)}…`) > room) length--;
    return `${text.slice(0, length)}…`;
  }

  #width(text: string): number {
    return this.#context.measureText(text).width;
  }

  #font(size: number, weight: string): void {
    this.#context.font = `${weight} ${this.#theme.fontSize * size}px ${this.#theme.font}`.trim();
    this.#context.textBaseline = 'alphabetic';
    this.#context.textAlign = 'left';
  }
}
