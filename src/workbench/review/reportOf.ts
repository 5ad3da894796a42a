import { htmlReport } from '../../engine/review/reports/html.ts';
import { Reviewed } from '../../protocol/review.ts';

/**
 * The page of a review that was written as JSON.
 *
 * @returns undefined for what is none, or one of another version
 */
export function reportOf(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null || Reflect.get(json, 'version') !== 1) return undefined;
  const { version: _, ...found } = json as Readonly<Record<string, unknown>>;
  const reviewed = Reviewed.safeParse(found);
  return reviewed.success ? htmlReport(reviewed.data) : undefined;
}
