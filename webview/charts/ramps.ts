import { scaleLinear } from 'd3-scale';
import { interpolateRdBu, interpolateYlGnBu } from 'd3-scale-chromatic';

/** Colours along a ramp: what is small recedes into the background, on dark and on light alike. */
export type Ramp = (place: number) => string;

/** Dark centre, for dark themes: the published diverging ramps glare there. Blue is below 0, orange above. */
const darkDiverging = scaleLinear<string>()
  .domain([0, 0.25, 0.5, 0.75, 1])
  .range(['#9fd4ff', '#2b7bbb', '#262b30', '#c2592a', '#ffbe94']);

/** Both tell apart for people who confuse red and green. */
export function rampFor(diverging: boolean, dark: boolean): Ramp {
  if (diverging) return dark ? darkDiverging : (place) => interpolateRdBu(1 - place);
  return dark ? (place) => interpolateYlGnBu(1 - place) : interpolateYlGnBu;
}

/** Steps of a ramp that the eye does not tell apart. */
const steps = 256;

/** The ramp as bytes: red, green, blue and an opaque alpha for each step. */
export function rampTable(ramp: Ramp): Uint8ClampedArray {
  const table = new Uint8ClampedArray(steps * 4);
  for (let step = 0; step < steps; step++) table.set([...channels(ramp(step / (steps - 1))), 255], step * 4);
  return table;
}

/** The step that a place's colour has in the table. */
export function rampStep(place: number): number {
  return Math.round(place * (steps - 1));
}

/** Red, green and blue of `rgb(r, g, b)`, the form in which d3 gives colours, or of `#rrggbb`, as themes do. */
export function channels(colour: string): [red: number, green: number, blue: number] {
  const hex = /^#(..)(..)(..)/
    .exec(colour)
    ?.slice(1)
    .map((digits) => Number.parseInt(digits, 16));
  const [red = 0, green = 0, blue = 0] = hex ?? (colour.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Whether dark text reads better than white on a colour (its relative luminance by WCAG 2). */
export function isBright(colour: string): boolean {
  const [red, green, blue] = channels(colour).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}
