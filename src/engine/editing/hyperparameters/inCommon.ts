/** Values by name. */
type Values = Readonly<Record<string, unknown>>;

/**
 * What several edits were computed with, said once: of each name the value of the first edit that has it, and for each
 * edit those of its own that are others.
 */
export function inCommon(each: readonly Values[]): { common: Values; own: Values[] } {
  const common: Values = Object.assign({}, ...each.toReversed());
  const text = (value: unknown) => JSON.stringify(value);
  const differing = (values: Values): Values =>
    Object.fromEntries(Object.entries(values).filter(([name, value]) => text(value) !== text(common[name])));
  return { common, own: each.map(differing) };
}
