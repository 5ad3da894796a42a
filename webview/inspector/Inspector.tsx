import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type InspectorState, TABS, type Tab } from '../../src/protocol/inspector.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { usePushedState } from '../usePushedState.ts';
import { ActivationsTab } from './activations/ActivationsTab.tsx';
import { AttentionTab } from './attention/AttentionTab.tsx';
import { AttributionTab } from './attribution/AttributionTab.tsx';
import type { AskedAttribution } from './attribution/readAsked.ts';
import { EditTab } from './edit/EditTab.tsx';
import { exportView } from './export/exportView.ts';
import { HostContext, type InspectorHost, useActions } from './inspectorHost.ts';
import { LensTab } from './lens/LensTab.tsx';
import { LocalityTab } from './locality/LocalityTab.tsx';
import { tabName } from './names.ts';
import { NeuronsTab } from './neurons/NeuronsTab.tsx';
import { type ChangeView, useSavedModel, useSavedView, type View } from './savedView.ts';
import { Banner } from './shell/Banner.tsx';
import { Heading } from './shell/Heading.tsx';
import { Waiting } from './shell/Notice.tsx';
import type { Traced } from './trace/readTraced.ts';
import { TraceTab } from './trace/TraceTab.tsx';
import { TryTab } from './try/TryTab.tsx';
import { useOnRequest } from './useOnRequest.ts';
import { shownOf } from './useReading.ts';
import { useReadings } from './useReadings.ts';
import { useTrial } from './useTrial.ts';

/** The inspector of one model: what an edit changed, and where. */
export function Inspector({ host }: { readonly host: InspectorHost }): VNode {
  const state = usePushedState<InspectorState>(host);
  useSavedModel(state?.model.path);
  return (
    <HostContext.Provider value={host}>
      {state === null ? (
        <Waiting what={l10n.t('Opening the inspector')} fraction={0} />
      ) : (
        <Views host={host} state={state} />
      )}
    </HostContext.Provider>
  );
}

function Views({ host, state }: { readonly host: InspectorHost; readonly state: InspectorState }): VNode {
  const [view, onView] = useSavedView();
  const actions = useActions(host);
  const readings = useReadings(host, state, view);
  const trial = useTrial(host);
  const tracing = useOnRequest(state, view, (prompt, asked: Traced, work) =>
    host.call('trace', { prompt, ...asked }, work),
  );
  const attributing = useOnRequest(state, view, (prompt, asked: AskedAttribution, work) =>
    host.call('attribute', { prompt, ...asked }, work),
  );
  const attributed = shownOf(attributing.reading);
  useExport(host, { host, state, view, trial, traced: shownOf(tracing.reading), attributed });
  useAsked(state, view, onView);

  const shared = { state, actions, view, onView };
  const views: Readonly<Record<Tab, () => VNode>> = {
    locality: () => <LocalityTab {...shared} readings={readings} />,
    activations: () => <ActivationsTab {...shared} readings={readings} />,
    lens: () => <LensTab state={state} actions={actions} onView={onView} readings={readings} />,
    attention: () => <AttentionTab {...shared} readings={readings} />,
    neurons: () => <NeuronsTab state={state} actions={actions} onView={onView} readings={readings} />,
    trace: () => <TraceTab {...shared} readings={readings} tracing={tracing} />,
    attribution: () => <AttributionTab {...shared} readings={readings} attributing={attributing} />,
    edit: () => <EditTab state={state} actions={actions} />,
    try: () => <TryTab {...shared} trial={trial} />,
  };
  return (
    <main class="inspector">
      <Heading state={state} actions={actions} />
      <Banner state={state} actions={actions} />
      <Tabs
        label={l10n.t('Views of the edit')}
        selected={view.tab}
        tabs={TABS.map((tab) => ({ id: tab, title: tabName(tab), view: views[tab] }))}
        onSelect={(tab) => onView({ tab })}
      />
    </main>
  );
}

/** Saves the view when the workbench asks for it. */
function useExport(host: InspectorHost, current: Parameters<typeof exportView>[0]): void {
  const latest = useRef(current);
  latest.current = current;
  useEffect(() => host.on('export', (format) => void exportView(latest.current, format)), [host]);
}

/** Shows a prompt that was chosen elsewhere, once. */
function useAsked({ asked, edit }: InspectorState, view: View, onView: ChangeView): void {
  useEffect(() => {
    if (asked === null || asked.id === view.asked) return;
    onView({
      tab: 'activations',
      asked: asked.id,
      prompt: { edit: edit?.key ?? null, text: asked.prompt },
    });
  });
}
