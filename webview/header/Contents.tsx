import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeaderPage, HeaderView, Surroundings } from '../../src/protocol/headerPage.ts';
import type { Host } from '../rpc.ts';
import { useSavedState } from '../savedState.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { ChatTemplate } from './ChatTemplate.tsx';
import { exact } from './format.ts';
import { MetadataTable } from './MetadataTable.tsx';
import { Overview } from './Overview.tsx';
import { PatchView } from './PatchView.tsx';
import { TensorTable } from './TensorTable.tsx';
import { TensorView } from './tensor/TensorView.tsx';
import { EVERY_TENSOR, isTensorQuery } from './tensorRows.ts';

const VIEWS = ['overview', 'patch', 'tensors', 'metadata', 'template'] as const;
type View = (typeof VIEWS)[number];

interface ContentsProps {
  readonly view: HeaderView;
  readonly host: Host<HeaderPage>;
  /** null until they are known. */
  readonly surroundings: Surroundings | null;
}

/** The header's parts, one a tab. Which is shown, and what is looked for, survive the page being hidden. */
export function Contents({ view, host, surroundings }: ContentsProps): VNode {
  const { patch, tensors } = view;
  const freeMemory = surroundings?.freeMemory ?? null;
  const first = patch === null ? 'overview' : 'patch';
  const [wished, select] = useSavedState<View>('view', first, isView);
  const [query, setQuery] = useSavedState('tensors', EVERY_TENSOR, isTensorQuery);
  const [opened, open] = useSavedState('tensor', '', isText);
  const [search, setSearch] = useSavedState('metadata', '', isText);
  const showType = (type: string) => {
    setQuery({ ...EVERY_TENSOR, type });
    select('tensors');
  };
  const tabs: { id: View; title: string; view: () => VNode }[] = [
    ...(patch === null
      ? []
      : [{ id: 'patch' as const, title: l10n.t('Patch'), view: () => <PatchView patch={patch} /> }]),
    {
      id: 'overview',
      title: l10n.t('Overview'),
      view: () => <Overview view={view} freeMemory={freeMemory} onType={showType} />,
    },
    {
      id: 'tensors',
      title: l10n.t('Tensors ({0})', exact(tensors.names.length)),
      view: () =>
        surroundings !== null && tensors.names.includes(opened) ? (
          <TensorView
            host={host}
            tensors={tensors}
            name={opened}
            surroundings={surroundings}
            onBack={() => open('')}
          />
        ) : (
          <TensorTable tensors={tensors} files={view.files} query={query} onQuery={setQuery} onOpen={open} />
        ),
    },
    {
      id: 'metadata',
      title: l10n.t('Metadata ({0})', exact(view.metadata.length)),
      view: () => <MetadataTable rows={view.metadata} host={host} search={search} onSearch={setSearch} />,
    },
    ...(view.kind === 'adapter' || view.kind === 'tensors'
      ? []
      : [
          {
            id: 'template' as const,
            title: l10n.t('Chat template'),
            view: () => <ChatTemplate templates={view.templates} />,
          },
        ]),
  ];
  const selected = tabs.some(({ id }) => id === wished) ? wished : first;
  return <Tabs label={l10n.t('Parts of the header')} selected={selected} tabs={tabs} onSelect={select} />;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isView = (value: unknown): value is View => VIEWS.some((view) => view === value);
