/** Milliseconds that this process has computed; unlike the time of day, a busy machine does not add to it. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
