import {
  provideVSCodeDesignSystem,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, VNode } from 'preact';
import { toolkit } from './toolkit.ts';
import './tabs.css';

provideVSCodeDesignSystem().register(vsCodePanels(), vsCodePanelTab(), vsCodePanelView());
const Panels = toolkit<{
  activeid: string;
  'aria-label': string;
  onChange: (event: { readonly currentTarget: { readonly activeid: string } }) => void;
}>('vscode-panels');
const PanelTab = toolkit('vscode-panel-tab');
const PanelView = toolkit('vscode-panel-view');

interface TabsProps<T extends string> {
  /** The name of the whole for screen readers. */
  readonly label: string;
  readonly selected: T;
  readonly tabs: readonly {
    readonly id: T;
    readonly title: ComponentChildren;
    /** Called for the selected tab alone. */
    readonly view: () => ComponentChildren;
  }[];
  readonly onSelect: (tab: T) => void;
}

/** Views of which one is shown, chosen by the mouse, the arrow keys, Home and End. */
export function Tabs<T extends string>({ label, selected, tabs, onSelect }: TabsProps<T>): VNode {
  return (
    <Panels
      aria-label={label}
      activeid={tabId(selected)}
      onChange={({ currentTarget }) => {
        const chosen = tabs.find(({ id }) => tabId(id) === currentTarget.activeid);
        if (chosen !== undefined && chosen.id !== selected) onSelect(chosen.id);
      }}
    >
      {tabs.map(({ id, title }) => (
        <PanelTab key={`tab-${id}`} id={tabId(id)}>
          {title}
        </PanelTab>
      ))}
      {tabs.map(({ id, view }) => (
        <PanelView key={`view-${id}`} id={`view-${id}`}>
          {id === selected && view()}
        </PanelView>
      ))}
    </Panels>
  );
}

const tabId = (id: string): string => `tab-${id}`;
