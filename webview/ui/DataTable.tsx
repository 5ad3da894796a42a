import type { ComponentChildren, VNode } from 'preact';
import './dataTable.css';

export interface TableColumn<R> {
  readonly name: string;
  /** What it means, shown on hover. */
  readonly hint?: string;
  /** Aligned at the right. */
  readonly number?: boolean;
  readonly cell: (row: R) => ComponentChildren;
}

interface DataTableProps<R> {
  /** The name for screen readers. */
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
}

/** A table as wide as it needs, which scrolls within the page where that is too narrow; its first column stays in sight. */
export function DataTable<R>({ label, columns, rows }: DataTableProps<R>): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="data-table" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, hint, number }) => (
              <th key={name} scope="col" title={hint} class={number ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ name, number, cell }, place) =>
                place === 0 ? (
                  <th key={name} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={name} class={number ? 'number' : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
