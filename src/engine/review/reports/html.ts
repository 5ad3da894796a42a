import { shownPrompt } from '../../../protocol/promptWords.ts';
import type { Finding, Reviewed, TensorReview } from '../../../protocol/review.ts';
import { driftLine } from '../../../text/driftLine.ts';
import { factLine } from '../../../text/factLine.ts';
import { html } from '../../../text/html.ts';
import { movedLine } from '../../../text/movedLine.ts';
import { magnitude, percent } from '../../../text/numbers.ts';
import { rowName } from '../../../text/rowName.ts';
import { heatmap } from './heatmap.ts';
import { table } from './markup.ts';
import { spectrumPicture } from './spectrumPicture.ts';
import { noiseOf, tookBack } from './tookBack.ts';

/** A review as one self-contained page: no script, no request, light or dark as the reader has it. */
export function htmlReport(review: Reviewed): string {
  const { verdict, confidence, evidence, findings, policy, meaning, tensors } = review;
  const failed = policy !== null && !policy.passed;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Review: ${html(verdict)}</title>
<style>${styles}</style>
<main>
<h1>${html(verdict)} <small>${html(confidence)} confidence${policy === null ? '' : failed ? ' · policy failed' : ' · policy passed'}</small></h1>
<p>${html(review.candidate.path)} against ${html(review.base.path)}</p>
<ul>${evidence.map((line) => `<li>${html(line)}</li>`).join('')}</ul>
${failed ? `<h2>Policy</h2><ul>${policy.violations.map(({ text }) => `<li>${html(text)}</li>`).join('')}</ul>` : ''}
${findings.length === 0 ? '' : `<h2>Findings</h2>${findingTable(findings)}${findings.map(detailed).join('')}${findings.map(rewritten).join('')}${findings.map(traced).join('')}`}
${tensors.length === 0 ? '' : `<h2>Change per layer and tensor</h2>${heatmap(tensors)}`}
${spectra(tensors)}
${behaviour(review)}
${reversal(review)}
<h2>What this means</h2><p>${html(meaning)}</p>
${review.moved === null ? '' : `<p>${html(movedLine(review.moved))}</p>`}
<footer>${html(review.tool)}</footer>
</main>
</html>
`;
}

function findingTable(findings: readonly Finding[]): string {
  return table(
    ['kind', 'where', 'rank', '‖ΔW‖/‖W‖', 'what'],
    findings.map(({ kind, tensor, rank, relative, summary }) => [
      kind,
      tensor ?? '',
      rank === null ? '' : String(rank),
      relative === null ? '' : magnitude(relative),
      summary,
    ]),
  );
}

function detailed({ kind, tensor, detail }: Finding): string {
  if (detail === null) return '';
  const lines = detail.split('\n').map((line) => {
    const tag = line.startsWith('+') ? 'ins' : line.startsWith('-') ? 'del' : 'span';
    return `<${tag}>${html(line)}</${tag}>`;
  });
  return `<h3>${html(tensor ?? kind)}</h3><pre class="diff">${lines.join('\n')}</pre>`;
}

function rewritten({ tensor, rows }: Finding): string {
  if (rows.length === 0) return '';
  const found = rows.map((row) => [rowName(row), magnitude(row.relative)]);
  return `<h3>Rows of ${html(tensor ?? '')} that were rewritten</h3>${table(['row', '‖ΔW‖/‖W‖'], found)}`;
}

function traced({ tensor, subjects, objects, facts }: Finding): string {
  if (subjects.length === 0) return '';
  const list = (items: Finding['subjects']) =>
    `<ol>${items.map(({ text, score }) => `<li>${html(text)} <small>${magnitude(score)}</small></li>`).join('')}</ol>`;
  const said = facts.map((fact) => `<p><strong>${html(factLine(fact))}</strong></p>`).join('');
  return `<h3>What ${html(tensor ?? '')} was edited to say</h3>${said}<div class="pair"><section><h4>Subject</h4>${list(subjects)}</section><section><h4>Object</h4>${list(objects)}</section></div>`;
}

function spectra(tensors: readonly TensorReview[]): string {
  const shown = tensors.filter(({ spikes }) => spikes > 0).slice(0, 12);
  if (shown.length === 0) return '';
  return `<h2>Spectra of the changes</h2><div class="grid">${shown.map(spectrumPicture).join('')}</div>`;
}

function behaviour({ behaviour: found }: Reviewed): string {
  if (found === null) return '';
  const probes = table(
    ['edit', 'prompt', 'base', 'candidate', 'KL'],
    found.probes.map(({ probe, before, after, kl }) => [
      probe.edit,
      shownPrompt(probe.prompt),
      before.top[0]?.token ?? '',
      after.top[0]?.token ?? '',
      magnitude(kl),
    ]),
  );
  return `<h2>Behaviour</h2>${probes}<p>${driftLine(found.drift)}</p>`;
}

function reversal({ reversal: found }: Reviewed): string {
  if (found === null) return '';
  const { measured } = found;
  const says =
    measured === null
      ? ''
      : ` It restores ${percent(measured.restored)} of ${measured.probes} answers; KL to the base ${magnitude(measured.klBefore)} → ${magnitude(measured.klAfter)} nats. ${noiseOf(measured)}`;
  return `<h2>Reversal</h2><p>A patch takes ${tookBack(found)} out of the candidate${found.path === null ? '' : `: ${html(found.path)}`}.${says}</p>`;
}

const styles = `
:root{color-scheme:light dark;--line:#8886;--hot:#c2410c}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
h1 small,li small{font-weight:400;opacity:.7}
table{border-collapse:collapse}td,th{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top}
.scroll{overflow-x:auto}.pair{display:flex;gap:3rem;flex-wrap:wrap}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem}
svg{max-width:100%;height:auto}svg text{fill:currentColor;font:11px system-ui,sans-serif}
.diff{white-space:pre-wrap;overflow-wrap:anywhere}.diff ins,.diff del{text-decoration:none}.diff ins{background:#2da44e33}.diff del{background:#cf222e33}
.heat td{min-width:1.4rem;padding:.2rem;text-align:center;font-size:11px}
footer{margin-top:2rem;opacity:.7}
`;
