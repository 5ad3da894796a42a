const tries = 4;
const patience = 6000;

/**
 * Does again what VS Code was not ready for: it closes a palette when something else takes the focus, and lists only
 * what it knew when the palette was opened. A person would open it again, too.
 *
 * @param action fails within the timeout that it is given, in ms
 * @param takeBack what is done before the next try
 */
export async function insist(
  action: (timeout: number) => Promise<unknown>,
  takeBack: () => Promise<unknown>,
): Promise<void> {
  for (let left = tries - 1; ; left--) {
    try {
      await action(patience);
      return;
    } catch (error) {
      if (left === 0) throw error;
      await takeBack();
    }
  }
}
