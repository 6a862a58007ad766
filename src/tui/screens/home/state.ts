/** The dashboard. */
export interface HomeState {
  readonly kind: 'home';
  /** Id of the session under the cursor; null: the first. */
  readonly selected: string | null;
  readonly filter: string;
  readonly filtering: boolean;
  readonly sort: 'attention' | 'name' | 'age' | 'cost';
  readonly archived: boolean;
}

export const homeState: HomeState = { kind: 'home', selected: null, filter: '', filtering: false, sort: 'attention', archived: false };
