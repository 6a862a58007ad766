import { formOf } from './ec2-query.ts';

/**
 * One EC2 call over plain HTTP, unsigned but for the scope that names service and region: nothing of labtui's
 * own client in between. Resolves to the XML; rejects on an error answer.
 */
export async function callEc2(
  endpoint: string,
  action: string,
  params: Readonly<Record<string, string>>,
  { region, service = 'ec2', version = '2016-11-15' }: { readonly region: string; readonly service?: string; readonly version?: string },
): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: `AWS4-HMAC-SHA256 Credential=bench/20261120/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: formOf(new Map(Object.entries({ Action: action, Version: version, ...params }))),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text;
}

/** The texts of all elements of that name, entities resolved. */
export function elementsOf(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
}
