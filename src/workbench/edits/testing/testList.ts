import path from 'node:path';
import {
  l10n,
  Range,
  type TestController,
  type TestItem,
  type TestItemCollection,
  TestTag,
  type TextDocument,
  type Uri,
  workspace,
} from 'vscode';
import type { ReadingKind } from '../../../protocol/probe.ts';
import { Disposables } from '../../disposables.ts';
import type { Edits } from '../edits.ts';
import type { ReadEditsFile } from '../editsFiles.ts';
import { isEditsDocument } from '../language/editsDocuments.ts';
import { outlineOf } from '../language/outline.ts';
import { LinePlaces } from '../linePlaces.ts';
import { type TestNode, testNodes } from './testNodes.ts';

/** How long a person must have stopped typing, in milliseconds. */
const pause = 400;

/** Keeps the list of tests as the edits files are: files at once, what is in them once somebody looks. */
export class TestList extends Disposables {
  readonly #controller: TestController;
  readonly #edits: Edits;
  readonly #editItems = new WeakSet<TestItem>();
  readonly #shown = new Map<string, ReadEditsFile>();
  readonly #typing = new Map<string, NodeJS.Timeout>();

  constructor(controller: TestController, edits: Edits) {
    super();
    this.#controller = controller;
    this.#edits = edits;
    controller.resolveHandler = (item) => (item === undefined ? this.find() : this.fill(item));
    controller.refreshHandler = () => this.find();
    this.add(edits.onDidChange(() => this.#listFiles()));
    this.add(workspace.onDidOpenTextDocument(({ uri }) => this.#opened(uri)));
    this.add(
      workspace.onDidChangeTextDocument(({ document }) =>
        this.#typed(document.uri, isEditsDocument(document)),
      ),
    );
  }

  isEdit = (item: TestItem): boolean => this.#editItems.has(item);

  /** Looks for edits files. */
  async find(): Promise<void> {
    await this.#edits.list();
    this.#listFiles();
  }

  /** Lists what is in a file as it is now, saved or not. */
  async fill(item: TestItem): Promise<void> {
    const { uri } = item;
    if (uri === undefined || item.parent !== undefined) return;
    const text = await textOf(uri);
    const places = new LinePlaces(text);
    this.#sync(item.children, testNodes(uri, outlineOf(text)), uri, places);
  }

  override dispose(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
    super.dispose();
  }

  #listFiles(): void {
    const { items } = this.#controller;
    const files = this.#edits.files.known();
    const names = new Set(files.map(({ uri }) => uri.toString()));
    for (const [id] of items) if (!names.has(id)) items.delete(id);
    for (const file of files) {
      const id = file.uri.toString();
      if (this.#shown.get(id) === file && items.get(id) !== undefined) continue;
      this.#shown.set(id, file);
      this.#listFile(id, file);
    }
  }

  #listFile(id: string, { uri, error }: ReadEditsFile): void {
    const { items } = this.#controller;
    const known = items.get(id);
    const item = known ?? this.#controller.createTestItem(id, path.basename(uri.fsPath), uri);
    item.canResolveChildren = true;
    item.error = error;
    if (known === undefined) items.add(item);
    if (item.children.size > 0 || openDocument(uri) !== undefined) void this.fill(item);
  }

  /** The editor marks tests at their lines once they are listed. */
  #opened(uri: Uri): void {
    const item = this.#controller.items.get(uri.toString());
    if (item?.children.size === 0) void this.fill(item);
  }

  #typed(uri: Uri, isEdits: boolean): void {
    const key = uri.toString();
    const item = this.#controller.items.get(key);
    if (!isEdits || item === undefined || item.children.size === 0) return;
    clearTimeout(this.#typing.get(key));
    this.#typing.set(
      key,
      setTimeout(() => void this.fill(item), pause),
    );
  }

  /** Makes a list be these nodes; what was there keeps its results. */
  #sync(items: TestItemCollection, nodes: readonly TestNode[], uri: Uri, places: LinePlaces): void {
    const wanted = new Set(nodes.map(({ id }) => id));
    for (const [id] of items) if (!wanted.has(id)) items.delete(id);
    for (const [index, node] of nodes.entries()) {
      const known = items.get(node.id);
      const item = known ?? this.#controller.createTestItem(node.id, labelOf(node), uri);
      item.label = labelOf(node);
      item.sortText = String(index).padStart(6, '0');
      item.range = rangeOf(node, places);
      if (node.kind === undefined) this.#editItems.add(item);
      else item.tags = [new TestTag(node.kind)];
      this.#sync(item.children, node.children, uri, places);
      if (known === undefined) items.add(item);
    }
  }
}

/** All stands in the label: VS Code reads a description out in the label's place, not beside it. */
function labelOf({ label, detail, kind, children }: TestNode): string {
  if (kind === undefined) return label;
  return children.length === 0 ? `${label} ${detail}`.trimEnd() : `${nameOf(kind)} (${detail})`;
}

function nameOf(kind: ReadingKind): string {
  switch (kind) {
    case 'paraphrase':
      return l10n.t('Paraphrases');
    case 'neighbourhood':
      return l10n.t('Neighbors');
    case 'portability':
      return l10n.t('Portability');
    case 'sameSubject':
      return l10n.t('Other facts of the subject');
    default:
      return l10n.t('Edited prompt');
  }
}

function rangeOf({ span: { offset, length } }: TestNode, places: LinePlaces): Range {
  const [from, to] = [places.at(offset), places.at(offset + length)];
  return new Range(from.line, from.column, to.line, to.column);
}

async function textOf(uri: Uri): Promise<string> {
  return openDocument(uri)?.getText() ?? new TextDecoder().decode(await workspace.fs.readFile(uri));
}

function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
