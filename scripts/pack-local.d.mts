/** Packs both packages under a version made of their content. @returns the paths of the two tarballs */
export function packLocal(root: string, folder: string): { generator: string; runtime: string };
