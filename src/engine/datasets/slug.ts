/** Gives every text a short name of lower-case letters, digits and hyphens, no two the same, none that is taken. */
export function uniqueSlugs(names: Iterable<string> = []): (text: string) => string {
  const taken = new Set(names);
  const lastNumber = new Map<string, number>();
  return (text) => {
    const base = slugOf(text);
    let number = lastNumber.get(base) ?? 1;
    let slug = base;
    while (taken.has(slug)) slug = `${base}-${++number}`;
    lastNumber.set(base, number);
    taken.add(slug);
    return slug;
  };
}

/** Accents fall away; letters that have no Latin base do too. */
function slugOf(text: string): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = ascii.replace(/[^a-z0-9]+/g, '-').slice(0, 60);
  return slug.replace(/^-|-$/g, '') || 'edit';
}
