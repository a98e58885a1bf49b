/** `431080` -> `431,080`. (`toLocaleString` loads tables of all languages: a third of the time that making a project takes.) */
export function groupDigits(number: number, separator = ','): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, separator);
}
