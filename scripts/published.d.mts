export interface Published {
  readonly repository?: { readonly type: string; readonly url: string };
  readonly homepage?: string;
  readonly bugs?: { readonly url: string };
  readonly badges?: readonly { readonly url: string; readonly href: string; readonly description: string }[];
}

export function publishedFrom(env?: Readonly<Record<string, string | undefined>>): Published;
