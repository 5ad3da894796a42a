import { createContext, type RefObject } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

interface Position {
  readonly left: number;
  readonly top: number;
}

/** Elements that are scrolled as one, so that pictures of the same size can be compared cell by cell. */
export const ScrollGroup = createContext<Set<HTMLElement>>(new Set());

/**
 * Hears an element's scrolling, at most once a frame, and passes it on to its group.
 *
 * @returns scrolls the element to a position
 */
export function useScrolling(
  ref: RefObject<HTMLElement | null>,
  onScroll: (position: Position) => void,
): (position: Position) => void {
  const group = useContext(ScrollGroup);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let frame = 0;
    const read = () => {
      frame = 0;
      const { scrollLeft: left, scrollTop: top } = element;
      onScroll({ left, top });
      for (const other of group) {
        // those that are there already stay silent, so this ends
        if (other.scrollLeft !== left) other.scrollLeft = left;
        if (other.scrollTop !== top) other.scrollTop = top;
      }
    };
    const heard = () => {
      frame ||= requestAnimationFrame(read);
    };
    element.addEventListener('scroll', heard, { passive: true });
    group.add(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', heard);
      group.delete(element);
    };
  }, [ref, group, onScroll]);
  return (position) => {
    ref.current?.scrollTo(position);
  };
}
