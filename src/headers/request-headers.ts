/** Reads the header fields of a request. A web `Headers` is one; names are not case-sensitive. */
export interface RequestHeaders {
  get(name: string): string | null
}
