import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined } from '../../../src/engine/inspection/joining.ts';

/** Whether the target behind a prompt gets a space in front. */
const spaced = (prompt: string, target: string) => joined(prompt, target) === ` ${target}`;

describe('a target behind its prompt', () => {
  it.each([
    ['The Eiffel Tower is in', 'Rome'],
    ['프랑스의 수도는', '로마'],
    ['Столица Франции —', 'Рим'],
    ['عاصمة فرنسا هي', 'روما'],
    ['Answer:', '罗马'],
    ['法国 (France) =', '罗马'],
    ['In 2024,', 'Rome'],
    ['1 + 1 =', '2'],
    ['He said "hi"', 'and'],
    ['It is 5"', 'wide'],
    ["the 'city'", 'of'],
    ["the students'", 'house'],
    ["It's in the city called 'x'", 'or'],
    ['Die Stadt „Rom“', 'ist'],
    ['Byen »Rom«', 'er'],
    ['(the city)', 'is'],
    ['Is it Rome?', 'No'],
    ['', 'Rome'],
  ])('follows a space: %j + %j', (prompt, target) => expect(spaced(prompt, target)).toBe(true));

  it.each([
    ['法国的首都是', '罗马'],
    ['法国的首都是', 'Rome'],
    ['法国的首都是：', '罗马'],
    ['法国的首都是:', '罗马'],
    ['Question：', '罗马'],
    ['他生于1990', '年'],
    ['他说：“', '罗马'],
    ['フランスの首都は', 'ローマ'],
    ['サッカー', 'チーム'],
    ['「', '罗马'],
    ['เมืองหลวงของฝรั่งเศสคือ', 'โรม'],
    ['ນະຄອນຫຼວງແມ່ນ', 'ໂຣມ'],
    ['រដ្ឋធានីគឺ', 'រ៉ូម'],
    ['မြို့တော်မှာ', 'ရောမ'],
    ['རྒྱལ་ས་ནི་', 'རོམ'],
    ['The capital is called "', 'Rome'],
    ["The capital, we don't deny, is called '", 'Rome'],
    ['{"city":"', 'Rome'],
    ['The capital is called “', 'Rome'],
    ['The capital is called ‘', 'Rome'],
    ['The capital is called `', 'Rome'],
    ['Die Hauptstadt heißt „', 'Rom'],
    ['Die Hauptstadt heißt »', 'Rom'],
    ['La capitale est «', 'Rome'],
    ['Staden heter ”', 'Rom'],
    ['He said "hi" and "', 'ho'],
    ['The capital (', 'Rome'],
    ['The capital [', 'Rome'],
    ['Franco-', 'Italian'],
    ['Franco\u2011', 'Italian'],
    ['1990–', '2000'],
    ['The capital—', 'Rome'],
    ['and/', 'or'],
    ["La capitale de l'", 'Italie'],
    ['La capitale de l’', 'Italie'],
    ['The city of ', 'Rome'],
    ['The city of\n', 'Rome'],
    ['The city of\u00a0', 'Rome'],
    ['The city of', ' Rome'],
  ])('follows at once: %j + %j', (prompt, target) => expect(joined(prompt, target)).toBe(target));

  it('does as the edit says', () => {
    expect(joined('法国的首都是', '罗马', true)).toBe(' 罗马');
    expect(joined('The city of', 'Rome', false)).toBe('Rome');
  });

  it('stays whole, with one space or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (prompt, target) => {
        expect([target, ` ${target}`]).toContain(joined(prompt, target));
      }),
    );
  });
});
