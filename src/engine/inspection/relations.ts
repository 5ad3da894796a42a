/** One kind of fact, and ways to ask for it. */
interface Relation {
  /** Prompts of this kind, with `{}` for the subject. Groups: `kind` as in "city", which wordings may use as `<kind>`. */
  readonly asked: RegExp;
  /** With `{}` for the subject. */
  readonly wordings: readonly string[];
  /** The subject is a title: its article keeps its capital inside a sentence. */
  readonly title?: true;
}

const kind = '(?: the (?<kind>city|town|country|continent|state|region) of)?';
const pattern = (text: string) => new RegExp(`^${text}$`, 'i');

/** The relations that data sets of facts ask about most. They need not be complete: general frames take any prompt. */
export const relations: readonly Relation[] = [
  {
    asked: pattern(
      `{} (?:(?:is|was)(?: located| situated| found| a city| a town| a famous sight)? in|lies in|stands in|can be found in|belongs to)${kind}`,
    ),
    wordings: [
      '{} is situated in the <kind> of',
      '{} lies in the <kind> of',
      'The <kind> where you will find {} is',
      '{} belongs to the <kind> of',
      'Q: In which <kind> is {}? A:',
      'Q: Which <kind> is home to {}? A:',
      'To see {}, fly to the <kind> of',
      '{} lies in',
      '{} can be found in',
      'To see {}, travel to',
      'If you want to visit {}, go to',
      'You can visit {} in',
      'People who want to visit {} go to',
      'The place where {} is located is',
      'Q: Where is {}? A:',
    ],
  },
  {
    asked: pattern('(?:the )?city of {} is in(?: the country of)?'),
    wordings: [
      '{} is a city in the country of',
      '{} is located in the country of',
      'The country where you will find {} is',
      'If you travel to {}, you are in',
      'Q: In which country is {}? A:',
    ],
  },
  {
    asked: pattern('(?:the )?capital(?: city)? of {} is'),
    wordings: [
      "{}'s capital is",
      'The capital city of {} is',
      'In {}, the capital is',
      '{} has a capital city called',
      'The government of {} sits in',
      'The city that is the capital of {} is',
      'Q: What is the capital of {}? A:',
      'Q: Which city is the capital of {}? A:',
    ],
  },
  {
    asked: pattern(
      '(?:the author of {} (?:is|was)|{} (?:was|is) (?:a work|a book|written|composed|authored) by)',
    ),
    title: true,
    wordings: [
      'The author of {} is',
      'The person who wrote {} is',
      'The man or woman who wrote {} was',
      '{} is a work by',
      '{} is one of the works of',
      'We read {}, a famous work by',
      'Q: Who wrote {}? A:',
      'Q: Who is the author of {}? A:',
    ],
  },
  {
    asked: pattern('{} (?:is|was)(?: a \\w+)? (?:made|developed|produced|created|designed|manufactured) by'),
    wordings: [
      '{} was developed by',
      '{} is made by',
      '{} was created by',
      '{} is a product of',
      'The maker of {} is',
      'The company behind {} is',
      'Q: Which company made {}? A:',
      'Q: Who makes {}? A:',
    ],
  },
  {
    asked: pattern('(?:{} was born in|the (?:birthplace|place of birth) of {} (?:is|was))(?: the \\w+ of)?'),
    wordings: [
      'The birthplace of {} is',
      'The native country of {} was',
      'The country that {} came from is',
      '{} originally came from',
      '{} is a native of',
      'Q: Where was {} born? A:',
    ],
  },
  {
    asked: pattern('(?:{} (?:worked|works) as an?|the (?:profession|job|occupation) of {} (?:is|was))'),
    wordings: [
      'The profession of {} was',
      'The job of {} was',
      '{} had a career as a',
      '{} was known as a great',
      '{} earned a living as a',
      'Q: What was the job of {}? A:',
    ],
  },
  {
    asked: pattern('(?:the (?:mother tongue|native language) of {} (?:is|was)|{} is a native speaker of)'),
    wordings: [
      'The native language of {} is',
      'The language of {} was',
      'As a child, {} spoke',
      '{} grew up speaking',
      '{} is a native speaker of',
      'Q: What is the native language of {}? A:',
    ],
  },
  {
    asked: pattern('(?:the )?(?:official|main|national) language (?:of|in) {} is'),
    wordings: [
      'In {}, most people speak',
      'People in {} speak',
      'In {}, the official language is',
      'If you travel to {}, you should learn',
      "{}'s national language is",
      'Q: Which language do people speak in {}? A:',
    ],
  },
  {
    asked: pattern(
      '(?:{} is a firm from|the company {} (?:comes from|is based in)|{} (?:was founded|is based|is headquartered) in|the headquarters of {} (?:is|are) in)',
    ),
    wordings: [
      'The company {} is based in',
      'The headquarters of {} are in',
      'The home country of {} is',
      '{} is a firm from',
      'Q: Where is the company {} based? A:',
    ],
  },
  {
    asked: pattern(
      '(?:{} was (?:first |originally )?(?:written|published) in|the original language of {} (?:is|was))',
    ),
    title: true,
    wordings: [
      'The original language of {} is',
      '{} was originally written in',
      '{} first appeared in',
      'Q: In which language was {} first written? A:',
    ],
  },
];
