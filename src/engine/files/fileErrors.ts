import { EngineError, HumanError, InputError } from '../errors.ts';

const REASONS: Readonly<Record<string, { wrong: typeof InputError | typeof EngineError; says: string }>> = {
  ENOENT: { wrong: InputError, says: 'does not exist' },
  ENOTDIR: { wrong: InputError, says: 'lies below something that is not a folder' },
  EISDIR: { wrong: InputError, says: 'is a folder' },
  ENAMETOOLONG: { wrong: InputError, says: 'has too long a name' },
  ELOOP: { wrong: InputError, says: 'is a link that leads back to itself' },
  EACCES: { wrong: InputError, says: 'is not accessible: permission denied' },
  EPERM: { wrong: InputError, says: 'is not accessible: operation not permitted' },
  EROFS: { wrong: InputError, says: 'lies on a read-only file system; choose another place' },
  ENOSPC: { wrong: EngineError, says: 'does not fit: the disk is full' },
  EDQUOT: { wrong: EngineError, says: 'does not fit: the disk quota is used up' },
  EFBIG: { wrong: EngineError, says: 'does not fit: the file system takes no file of that size' },
  EIO: { wrong: EngineError, says: 'could not be read or written: the disk reports an error' },
  EMFILE: { wrong: EngineError, says: 'could not be opened: too many files are open' },
  EBUSY: { wrong: EngineError, says: 'is in use by another program' },
};

/** One sentence for what the file system said about `path`; errors that are no file errors pass as they are. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof HumanError || !(error instanceof Error) || !('code' in error)) return error;
  const reason = REASONS[String(error.code)];
  return reason === undefined ? error : new reason.wrong(`${path} ${reason.says}.`, { cause: error });
}
