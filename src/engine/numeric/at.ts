/**
 * The item at an index. In loops over typed arrays, whose bounds stand in the loop, `array[i] as number` says the same without
 * a look; either way an index out of range is seen, as an error or as NaN, and never as a zero.
 *
 * @throws RangeError where there is no such item, which is a defect
 */
export function at<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no item ${index} among ${items.length}.`);
  return item;
}
