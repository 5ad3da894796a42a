import { version } from '../../package.json';

/** Name and version of the tool, as patches and reports carry them. */
export const toolVersion = `palimpsest ${version}`;
