import { it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** What methods there are, and what each is set by, in a page of VS Code's own. */

describeWorkbench('the methods', () => {
  const workbench = useWorkbench();

  it('are shown with their hyperparameters', async () => {
    await workbench().untilListed();
    await workbench().command('Palimpsest: Show Methods and Hyperparameters');
    await workbench().header('Editing Methods and Hyperparameters');
  });
});
