/** The result of one check, with a German sentence. */
export interface Finding {
  /** `null`: the check could not decide, which is no fault of the document. */
  holds: boolean | null;
  text: string;
}
