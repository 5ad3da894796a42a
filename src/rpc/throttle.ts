type Report = (stage: string, fraction: number) => void;

/** In milliseconds. */
const pause = 50;

/** Passes progress on at most twenty times a second; a stage's beginning and end always. */
export function throttled(report: Report): Report {
  let lastStage: string | undefined;
  let lastTime = 0;
  return (stage, fraction) => {
    const now = performance.now();
    if (stage === lastStage && fraction < 1 && now - lastTime < pause) return;
    lastStage = stage;
    lastTime = now;
    report(stage, fraction);
  };
}
