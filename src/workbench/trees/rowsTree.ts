import { type Event, EventEmitter, MarkdownString, type TreeDataProvider, type TreeItem } from 'vscode';
import { Disposables } from '../disposables.ts';
import { DrawnRows } from './drawnRows.ts';

/** A tree of the side bar that draws again only what looks different, see `DrawnRows`. */
export abstract class RowsTree<Node> extends Disposables implements TreeDataProvider<Node> {
  readonly #changed = this.add(new EventEmitter<Node[] | undefined>());
  readonly onDidChangeTreeData: Event<Node[] | undefined> = this.#changed.event;
  readonly #drawn = new DrawnRows<Node>();

  /** Names a node among all of the tree, for as long as it is there. */
  protected abstract keyOf(node: Node): string;
  /** The rows below a node, or the outermost, as far as they are known. */
  protected abstract below(node?: Node): Node[];
  /** How a row reads; undefined where what it shows has gone. */
  protected abstract itemOf(node: Node): TreeItem | undefined;
  /** Settles once what the outermost rows show is known. */
  protected abstract known(): Promise<unknown>;

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined) return this.#kept(this.below(node));
    await this.known();
    const top = this.below();
    this.#drawn.begin(this.#keys(top));
    return this.#kept(top);
  }

  getTreeItem(node: Node): TreeItem {
    const key = this.keyOf(node);
    const item = this.itemOf(node) ?? { label: key };
    this.#drawn.draw(key, node, this.#look(node, item));
    return item;
  }

  /** Draws rows again whatever they look like. */
  protected redraw(nodes: Node[]): void {
    this.#changed.fire(nodes);
  }

  /** Draws again what looks different now. */
  protected redrawDifferent(): void {
    const nodes = this.#drawn.differing(this.#keys(this.below()), (node) => {
      const item = this.itemOf(node);
      return item && this.#look(node, item);
    });
    if (nodes === undefined) this.#changed.fire(undefined);
    else if (nodes.length > 0) this.#changed.fire([...nodes]);
  }

  /** A tooltip's text does not show when the item is written as JSON. */
  #look(node: Node, item: TreeItem): string {
    const tooltip = item.tooltip instanceof MarkdownString ? item.tooltip.value : item.tooltip;
    return JSON.stringify([item, tooltip, this.#keys(this.below(node))]);
  }

  #kept(nodes: readonly Node[]): Node[] {
    return nodes.map((node) => this.#drawn.kept(this.keyOf(node), node));
  }

  #keys(nodes: readonly Node[]): string[] {
    return nodes.map((node) => this.keyOf(node));
  }
}
