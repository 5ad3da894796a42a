import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Size } from './useSize.ts';

interface CanvasProps extends Size {
  readonly class?: string;
  /** Draws in CSS pixels on a clean canvas. Drawn again whenever this is another function. */
  readonly paint: (context: CanvasRenderingContext2D) => void;
}

/** A picture as sharp as the screen shows it, at any zoom. What it shows is said elsewhere for screen readers. */
export function Canvas({ width, height, paint, class: className }: CanvasProps): VNode {
  const ref = useRef<HTMLCanvasElement>(null);
  const ratio = useDevicePixelRatio();
  useLayoutEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    // setting the size empties the canvas and is slow: not on every stroke
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    paint(context);
  }, [width, height, ratio, paint]);
  return <canvas ref={ref} class={className} style={{ width: `${width}px`, height: `${height}px` }} />;
}

function useDevicePixelRatio(): number {
  const [ratio, setRatio] = useState(window.devicePixelRatio);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(window.devicePixelRatio);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [ratio]);
  return ratio;
}
