import type { TensorReview } from '../../../protocol/review.ts';
import { html } from '../../../text/html.ts';
import { magnitude } from '../../../text/numbers.ts';

/** ‖ΔW‖/‖W‖ that shows as the faintest and as the fullest colour; between them it goes by decades. */
const faintest = 1e-4;
const fullest = 1;

/** How much each tensor changed: layers down, roles across, colour by decades; spikes are numbers in the cells. */
export function heatmap(tensors: readonly TensorReview[]): string {
  const inLayers = tensors.filter(({ layer }) => layer !== null);
  const roles = [...new Set(inLayers.map(({ role }) => role))].sort();
  const layers = [...new Set(inLayers.map(({ layer }) => layer ?? 0))].sort((a, b) => a - b);
  const others = tensors.filter(({ layer }) => layer === null);
  const find = (layer: number, role: string) =>
    inLayers.find((tensor) => tensor.layer === layer && tensor.role === role);
  const head = `<tr><th>layer</th>${roles.map((role) => `<th>${html(role)}</th>`).join('')}</tr>`;
  const rows = layers.map(
    (layer) => `<tr><th>${layer}</th>${roles.map((role) => cell(find(layer, role))).join('')}</tr>`,
  );
  const rest = others.map((tensor) => `<tr><th>${html(tensor.role)}</th>${cell(tensor)}</tr>`);
  return `<div class="table"><table class="heat">${head}${rows.join('')}${rest.join('')}</table></div><p><small>Color: ‖ΔW‖/‖W‖ from ${faintest} to ${fullest}, by decades; a number counts the directions that stand out of the noise; empty cells are unchanged.</small></p>`;
}

function cell(tensor: TensorReview | undefined): string {
  if (tensor === undefined) return '<td></td>';
  const depth = Math.log10(Math.max(faintest, Math.min(fullest, tensor.relative)) / faintest) / 4;
  const mix = Math.round(10 + 80 * depth);
  const title = `${tensor.name}: ${magnitude(tensor.relative)}`;
  return `<td title="${html(title)}" style="background:color-mix(in srgb,var(--hot) ${mix}%,transparent)">${tensor.spikes > 0 ? tensor.spikes : ''}</td>`;
}
