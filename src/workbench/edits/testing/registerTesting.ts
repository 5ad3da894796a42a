import { type Disposable, l10n, TestRunProfileKind, tests } from 'vscode';
import { Disposables } from '../../disposables.ts';
import type { Edits } from '../edits.ts';
import { TestList } from './testList.ts';
import { TestRuns } from './testRuns.ts';

/** Edits files in the Test Explorer: a file is a suite, an edit in it another, and its probes are the tests. */
export function registerTesting(edits: Edits): Disposable {
  const owned = new Disposables();
  const controller = owned.add(tests.createTestController('palimpsest.edits', l10n.t('Edits of models')));
  const list = owned.add(new TestList(controller, edits));
  const runs = new TestRuns(controller, list, edits);
  controller.createRunProfile(
    l10n.t('Measure'),
    TestRunProfileKind.Run,
    (request, token) => runs.run(request, token),
    true,
  );
  return owned;
}
