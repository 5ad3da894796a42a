/** A fact that was rewritten, in one line. */
export const factLine = (fact: {
  readonly subject: string;
  readonly was: string;
  readonly says: string;
}): string => `${fact.subject}: ${fact.was} → ${fact.says}`;
