import * as z from 'zod';

/**
 * A list whose items are checked one after the other: one of nothing but mistakes costs no more than its first, where
 * `z.array` would have something to say about every item.
 */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.array(z.unknown()).transform((values, context) => {
    const items: z.output<T>[] = [];
    for (const [index, input] of values.entries()) {
      const { data, error } = item.safeParse(input);
      const [issue] = error?.issues ?? [];
      if (issue !== undefined) {
        const { message } = issue;
        context.addIssue({ code: 'custom', path: [index, ...issue.path], message, input });
        return z.NEVER;
      }
      items.push(data as z.output<T>);
    }
    return items;
  });
