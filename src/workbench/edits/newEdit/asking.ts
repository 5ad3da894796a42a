import { setTimeout } from 'node:timers/promises';
import {
  type InputBox,
  type QuickInput,
  QuickInputButtons,
  type QuickPick,
  type QuickPickItem,
  window,
} from 'vscode';

/** Where a question stands among several. */
interface Place {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly total: number;
}

/** What a person did: gave a value, went back with what was typed so far, or (undefined) gave up. */
export type Answer<T, Typed = string> = { readonly value: T } | { readonly back: Typed } | undefined;

interface TextQuestion extends Place {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  /** What is wrong with a text, in a sentence; undefined for a good one. */
  readonly validate: (text: string) => string | undefined;
}

/** Asks for a line of text. */
export async function askText({
  prompt,
  value,
  placeholder,
  validate,
  ...place
}: TextQuestion): Promise<Answer<string>> {
  const box = window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  box.placeholder = placeholder;
  return await show(box, place, (accept) => {
    // nobody is told of a mistake before having typed
    box.onDidChangeValue((text) => {
      box.validationMessage = validate(text);
    });
    box.onDidAccept(() => {
      box.validationMessage = validate(box.value);
      if (box.validationMessage === undefined) accept(box.value);
    });
  });
}

/** An item to be chosen; one without a value says something and cannot be. */
export interface Choice<T> extends QuickPickItem {
  readonly value?: T;
}

interface ChoiceQuestion<T> extends Place {
  readonly placeholder: string;
  /** What was typed or chosen when it was asked before. */
  readonly value?: string;
  /** The items for what has been typed so far. */
  readonly items: (typed: string) => readonly Choice<T>[];
  /** Items may become more while one looks: called with what shows them anew. */
  readonly later?: (refresh: () => void) => Promise<void>;
}

/** How long VS Code may take to show the items for what was typed last, in milliseconds. */
const settling = 200;

/** Asks to choose, where a text of one's own may be among the items. */
export async function askChoice<T>({
  placeholder,
  value = '',
  items,
  later,
  ...place
}: ChoiceQuestion<T>): Promise<Answer<T>> {
  const pick = window.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.value = value;
  pick.matchOnDescription = true;
  const refresh = () => {
    pick.items = items(pick.value);
  };
  refresh();
  return await show(pick, place, (accept) => {
    // what it is shown with counts as typed
    let typedAt = Date.now();
    pick.onDidChangeValue(() => {
      typedAt = Date.now();
      refresh();
    });
    pick.onDidAccept(async () => {
      // whoever types fast presses Enter before the items for the text are shown
      await setTimeout(Math.max(0, typedAt + settling - Date.now()));
      const [item] = pick.activeItems;
      if (item?.value !== undefined) accept(item.value);
    });
    if (later === undefined) return;
    pick.busy = true;
    later(refresh).finally(() => {
      pick.busy = false;
    });
  });
}

function show<T>(
  input: InputBox | QuickPick<QuickPickItem>,
  { title, step, total }: Place,
  listen: (accept: (value: T) => void) => void,
): Promise<Answer<T>> {
  const shown: QuickInput = input;
  shown.title = title;
  shown.step = step;
  shown.totalSteps = total;
  shown.ignoreFocusOut = true;
  input.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const end = (answer: Answer<T>) => {
      resolve(answer);
      input.dispose();
    };
    input.onDidTriggerButton(() => end({ back: input.value }));
    input.onDidHide(() => end(undefined));
    listen((value) => end({ value }));
    input.show();
  });
}
