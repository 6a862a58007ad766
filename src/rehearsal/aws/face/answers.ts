import { randomUUID } from 'node:crypto';
import type { CloudError } from '../../engine/cloud-error.ts';
import type { FaceResponse } from '../../face/face.ts';
import { element, members, type XmlMembers } from './xml.ts';

const headers = { 'content-type': 'text/xml;charset=UTF-8' };
const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The result of an EC2 call. */
export function ec2Answer(action: string, content: XmlMembers): FaceResponse {
  const body = `${element('requestId', randomUUID())}${members(content)}`;
  return { status: 200, headers, body: `${prolog}<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>` };
}

export function ec2Error({ code, message, status }: CloudError): FaceResponse {
  const body = `<Response><Errors>${element('Error', { Code: code, Message: message })}</Errors>${element('RequestID', randomUUID())}</Response>`;
  return { status, headers, body: `${prolog}${body}` };
}

/** The result of an STS call. */
export function stsAnswer(action: string, content: XmlMembers): FaceResponse {
  const body = `${element(`${action}Result`, content)}${element('ResponseMetadata', { RequestId: randomUUID() })}`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${body}</${action}Response>` };
}

export function stsError({ code, message, status }: CloudError): FaceResponse {
  const content = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message };
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${element('Error', content)}${element('RequestId', randomUUID())}</ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
