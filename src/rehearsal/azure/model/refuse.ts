import { CloudError } from '../../engine/cloud-error.ts';
import type { JsonObject } from '../../engine/json.ts';
import { parseArmId } from './arm-id.ts';

// Azure Resource Manager's refusals. Wordings: public issue threads of azurerm and azure-cli, where they are quoted.

export function refused(status: number, code: string, message: string, details: JsonObject = {}): CloudError {
  return new CloudError(code, message, { status, details });
}

export function groupNotFound(group: string): CloudError {
  return refused(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
}

export function notFound(id: string): CloudError {
  const parsed = parseArmId(id);
  const type = parsed?.namespace == null ? 'resource' : `${parsed.namespace}/${parsed.type}`;
  const path = `${type}/${parsed?.names.join('/') ?? id}`;
  // Compute and Network name a child by its parent's type and its own name, the portal's way: `v/subnets/s`.
  return refused(
    404,
    'ResourceNotFound',
    `The Resource '${path}' under resource group '${parsed?.group ?? '<null>'}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** A part of a resource that only its service knows: a subnet, a rule. */
export function childNotFound(id: string): CloudError {
  return refused(404, 'NotFound', `Resource ${id} not found.`);
}

/** A resource names another one that is not there. */
export function referenceNotFound(id: string, by: string): CloudError {
  return refused(
    400,
    'InvalidResourceReference',
    `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}

export function invalidParameter(target: string, message: string): CloudError {
  return refused(400, 'InvalidParameter', message, { target });
}

export function badRequest(message: string): CloudError {
  return refused(400, 'BadRequest', message);
}

export function notAllowed(message: string): CloudError {
  return refused(409, 'OperationNotAllowed', message);
}

export function missing(field: string): CloudError {
  return refused(400, 'InvalidRequestFormat', `Cannot parse the request. Required property '${field}' not found in JSON.`);
}

export function invalidName(name: string): CloudError {
  return refused(400, 'InvalidResourceName', `Resource name ${name} is invalid. The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.`);
}
