import { describe, expect, it } from 'vitest';
import { markdown, markdownCode } from '../../../src/text/markdown.ts';
import { quoted, short, visible, visibleLines } from '../../../src/text/visible.ts';

describe('text stays readable', () => {
  it.each([
    'The Eiffel Tower is in Paris (France), isn’t it?',
    'Größe: 3,5 % – “naïve” coöperation',
    'Где находится Эйфелева башня?',
    'أين يقع برج إيفل؟ ١٢٣',
    'مُحَمَّدٌ',
    'एफिल टॉवर कहाँ है?',
    'ক্ষুদ্র',
    'หอไอเฟลตั้งอยู่ที่ไหน',
    'བོད་ཀྱི་སྐད་ཡིག',
    'שָׁלוֹם',
    'Tiếng Việt'.normalize('NFD'),
    'エッフェル塔は　どこ？',
    '에펠탑은 어디에 있습니까?',
    '🗼 🙂',
  ])('%s', (text) => {
    expect(visible(text)).toBe(text);
    expect(visible(text)).toBe(markdown(text));
  });

  it.each([
    ['a\u200bb', 'a\\u{200B}b'],
    ['a\nb\tc\r', 'a\\nb\\tc\\r'],
    ['می\u200cخواهم', 'می\\u{200C}خواهم'],
    ['क्\u200dष', 'क्\\u{200D}ष'],
    ['user\u202etxt', 'user\\u{202E}txt'],
    ['1\u00a0000', '1\\u{A0}000'],
    ['\u0301a', '\\u{301}a'],
    ['a \u0301', 'a \\u{301}'],
    ['\u200b\u0301', '\\u{200B}\\u{301}'],
    ['a\u0301\u0302\u0303\u0304\u0305\u0306b', 'a\u0301\u0302\u0303\u0304\\u{305}\\u{306}b'],
    ['a\u0301\u0301', 'a\u0301\\u{301}'],
    ['\ud800', '\\u{D800}'],
    ['\u{e0041}', '\\u{E0041}'],
  ])('%j shows what cannot be seen', (text, seen) => {
    expect(visible(text)).toBe(seen);
  });

  it('keeps lines where lines are asked for', () => {
    expect(visibleLines('a\r\n\u0301b')).toBe('a\\r\n\\u{301}b');
  });

  it('is cut between characters', () => {
    expect(short('🗼🗼🗼', 3)).toBe('🗼🗼🗼');
    expect(short('🗼🗼🗼🗼', 3)).toBe('🗼🗼…');
    expect(quoted('say "a"\n')).toBe('"say \\"a\\"\\n"');
  });

  it.each([
    ['Only blk.2.ffn_down.weight changed.', 'Only `blk.2.ffn_down.weight` changed.'],
    ['by 0.13 (rank 1), 65 % of it', 'by 0.13 (rank 1), 65 % of it'],
    ['see "http://evil.example", @user!', 'see "`http://evil.example`", `@user`!'],
    ['1. first', '`1.` first'],
  ])('%s: words are prose, the rest is code', (text, written) => {
    expect(markdown(text)).toBe(written);
  });

  it('keeps backticks and spaces in code', () => {
    expect(markdownCode('a`b')).toBe('``a`b``');
    expect(markdownCode('`a')).toBe('`` `a ``');
    expect(markdownCode(' a ')).toBe('`  a  `');
    expect(markdownCode('')).toBe('` `');
  });
});
