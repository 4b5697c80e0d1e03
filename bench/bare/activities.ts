export async function doNothing(): Promise<void> {}
