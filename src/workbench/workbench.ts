import { config } from '@vscode/l10n';
import { commands, type ExtensionContext, l10n, Uri, window, workspace } from 'vscode';
import { registerAgents } from './agents/registerAgents.ts';
import { registerCheckpoints } from './checkpoints/registerCheckpoints.ts';
import { registerContextKeys } from './contextKeys.ts';
import { Disposables } from './disposables.ts';
import { registerEditCommands } from './edits/editCommands.ts';
import { Edits } from './edits/edits.ts';
import { EditsTree } from './edits/editsTree.ts';
import { registerEditsLanguage } from './edits/language/registerEditsLanguage.ts';
import { Measurements } from './edits/measurements.ts';
import { registerMethods } from './edits/methods/registerMethods.ts';
import { registerNewEdit } from './edits/newEdit/registerNewEdit.ts';
import { OnBadges } from './edits/onBadges.ts';
import { registerTable } from './edits/table/registerTable.ts';
import { registerTesting } from './edits/testing/registerTesting.ts';
import { EngineService } from './engine/engineService.ts';
import { createLog } from './engine/log.ts';
import { attempt, tellCrash } from './engine/messages.ts';
import { registerEvaluation } from './evaluation/registerEvaluation.ts';
import { registerHeaderEditor } from './header/headerEditor.ts';
import { registerInspector } from './inspector/registerInspector.ts';
import { CheckpointFolders } from './models/checkpointFolders.ts';
import { registerModelCommands } from './models/modelCommands.ts';
import { Models } from './models/models.ts';
import { ModelsTree } from './models/modelsTree.ts';
import { WindowMemory } from './models/windowMemory.ts';
import { History } from './patches/history.ts';
import { registerPatchCommands } from './patches/patchCommands.ts';
import { PatchesTree } from './patches/patchesTree.ts';
import { SwitchLog } from './patches/switchLog.ts';
import { SwitchPatches } from './patches/switchPatches.ts';
import { registerRedteam } from './redteam/registerRedteam.ts';
import { registerReview } from './review/registerReview.ts';
import { openSample, reviewSample } from './sample/openSample.ts';
import { registerWalkthroughSteps } from './sample/walkthroughSteps.ts';
import { registerJobsItem } from './status/jobsItem.ts';
import { StatusItem } from './status/statusItem.ts';
import { Tasks } from './tasks/tasks.ts';

/** The parts of the workbench, put together. Each room registers its own views and commands. */
export class Workbench extends Disposables {
  constructor(context: ExtensionContext) {
    super();
    // what is said alike everywhere comes from the protocol, which knows nothing of VS Code
    if (l10n.bundle !== undefined) config({ contents: l10n.bundle });
    const log = this.add(createLog());
    const engine = this.add(new EngineService(context.asAbsolutePath('dist/host.js'), log));
    const memory = new WindowMemory(context.workspaceState);
    const models = this.add(new Models(engine, memory));
    const history = new History();
    const switchLog = new SwitchLog(memory);
    const switching = new SwitchPatches(models, history, switchLog);
    const storage = context.storageUri ?? Uri.joinPath(context.globalStorageUri, 'no-folder');
    const measurements = new Measurements(storage);
    const edits = this.add(new Edits({ engine, models, memory, switching, measurements }));

    const tasks = this.add(new Tasks({ extension: context.extensionUri, storage, engine, models }));

    const folders = this.add(new CheckpointFolders());
    void folders.refresh();

    this.#showTrees(models, edits);
    for (const command of [
      ...registerAgents(context, engine),
      ...registerModelCommands({ models, edits, tasks }),
      ...registerEditCommands(edits, history),
      ...registerPatchCommands(switching, edits, switchLog),
      commands.registerCommand('palimpsest.engine.restart', () => attempt(() => engine.restart())),
      commands.registerCommand('palimpsest.engine.showLog', () => log.show()),
      commands.registerCommand('palimpsest.sample.open', () =>
        attempt(() => openSample(context, models, edits)),
      ),
      commands.registerCommand('palimpsest.sample.review', () =>
        attempt(() => reviewSample(context, models)),
      ),
    ]) {
      this.add(command);
    }
    this.add(registerEditsLanguage({ engine, models, edits }));
    this.add(registerTesting(edits));
    this.add(registerTable({ extension: context.extensionUri, models, edits }));
    this.add(registerMethods());
    this.add(registerNewEdit({ engine, models, edits }, tasks));
    this.add(registerEvaluation({ models, edits, tasks }));
    this.add(registerRedteam({ models, edits, tasks }));
    this.add(registerCheckpoints({ engine, models, folders, edits, tasks }));
    this.add(registerHeaderEditor({ extension: context.extensionUri, engine, models, folders }));
    this.add(registerInspector({ extension: context.extensionUri, engine, models, edits }));
    this.add(registerReview({ extension: context.extensionUri, storage, engine, switching, folders }));
    this.add(new StatusItem(models, engine));
    this.add(registerJobsItem(engine.jobs));
    this.add(registerContextKeys(models, edits));
    this.add(registerWalkthroughSteps(models, edits));
    this.add(
      engine.onDidCrash((crash) => {
        history.clear();
        void tellCrash(crash, async () => {
          await engine.restart();
          const title = l10n.t('Before the engine stopped');
          for (const [model, patches] of crash.applied) {
            if (patches.length > 0) await switching.restore({ title, at: Date.now(), model, patches });
          }
        });
      }),
    );
    const restore = () => memory.hasLoaded && void attempt(() => models.restore());
    if (workspace.isTrusted) restore();
    else this.add(workspace.onDidGrantWorkspaceTrust(restore));
  }

  #showTrees(models: Models, edits: Edits): void {
    const editsTree = this.add(new EditsTree(edits, models));
    this.add(window.registerFileDecorationProvider(this.add(new OnBadges(edits))));
    this.add(
      commands.registerCommand('palimpsest.edits.toggle', () => attempt(() => editsTree.toggleFocused())),
    );
    const modelsTree = this.add(new ModelsTree(models));
    this.add(
      window.createTreeView('palimpsest.models', { treeDataProvider: modelsTree, showCollapseAll: true }),
    );
    const patchesTree = this.add(new PatchesTree(models, edits));
    this.add(window.createTreeView('palimpsest.patches', { treeDataProvider: patchesTree }));
  }
}
