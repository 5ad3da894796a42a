/** Writes the table of rooms into ARCHITECTURE.md, from what the sources import. */
import { readFileSync, writeFileSync } from 'node:fs';
import { roomsTable, standing, withRooms } from './rooms/floors.ts';
import { cycleIn, importsBelow } from './rooms/importGraph.ts';
import { ROOMS } from './rooms/rooms.ts';

const { imports } = importsBelow('.', ['src', 'webview']);
const cycle = cycleIn(imports);
if (cycle !== undefined) throw new Error(`files import each other: ${cycle.join(' > ')}`);
const document = readFileSync('ARCHITECTURE.md', 'utf8');
writeFileSync('ARCHITECTURE.md', withRooms(document, roomsTable(standing(imports, ROOMS))));
