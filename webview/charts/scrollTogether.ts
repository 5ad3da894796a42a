import { createContext, type RefObject } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

interface Position {
  readonly left: number;
  readonly top: number;
}

/**
 * Elements that are scrolled as one, so that pictures of the same size can be compared cell by cell. Each has the
 * position that another of them led it to last; undefined before.
 */
export const ScrollGroup = createContext<Map<HTMLElement, Position | undefined>>(new Map());

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
      const led = group.get(element);
      // one that was led here does not lead: by now its leader may be further on
      if (led !== undefined && Math.abs(led.left - left) < 1 && Math.abs(led.top - top) < 1) return;
      for (const other of group.keys()) {
        if (other === element) continue;
        group.set(other, { left, top });
        other.scrollTo({ left, top, behavior: 'instant' });
      }
    };
    const heard = () => {
      frame ||= requestAnimationFrame(read);
    };
    element.addEventListener('scroll', heard, { passive: true });
    group.set(element, undefined);
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
