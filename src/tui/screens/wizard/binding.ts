import type { Binding } from '../../model/screen.ts';

export type WizardAction =
  | 'move:up' | 'move:down' | 'move:page-up' | 'move:page-down' | 'move:first' | 'move:last'
  | 'choose' | 'next' | 'previous' | 'leave'
  | 'filter' | 'accept' | 'cancel'
  | 'tick' | 'rehearse' | 'region' | 'check' | 'profiles' | 'pick' | 'close'
  | 'use' | 'change'
  | 'create' | 'yaml' | 'save' | 'plan-again';

export type WizardBinding = Binding<WizardAction>;

/** A row of the keymap. */
export function key(action: WizardAction, keys: readonly string[], label: string, help: string, disabled: string | null = null, inFooter = true): WizardBinding {
  return { action, keys, label, help, disabled, inFooter };
}
