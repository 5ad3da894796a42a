/** A row of a matrix: by its number, and of a table of tokens by its token. */
export const rowName = ({ row, token }: { readonly row: number; readonly token: string | null }): string =>
  token === null ? `row ${row}` : `row ${row}, ${token}`;
