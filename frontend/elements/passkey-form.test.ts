import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { settle, show } from "./settle";
import { bytes, text } from "./passkey-form";

const ASKED = { request_options: { publicKey: { challenge: "AAEC_w", rpId: "localhost", allowCredentials: [] } } };
const PAGE = `<passkey-form kind="get" options="asked"><form><input type="hidden" name="credential"><button>Use a passkey</button>
  <span data-problem hidden></span></form><script id="asked" type="application/json">${JSON.stringify(ASKED)}</script></passkey-form>`;
const problem = () => document.querySelector<HTMLElement>("[data-problem]")!;
let get: ReturnType<typeof vi.fn>;
let sent: ReturnType<typeof vi.fn>;

beforeEach(async () => {
  get = vi.fn();
  sent = vi.fn();
  vi.stubGlobal("PublicKeyCredential", vi.fn());
  Object.defineProperty(navigator, "credentials", { value: { get }, configurable: true });
  await show(PAGE);
  document.querySelector("form")!.submit = sent as unknown as () => void;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

async function press(): Promise<void> {
  document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await settle(5);
}

it("sends what the authenticator answers", async () => {
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  get.mockResolvedValue({
    id: "AQID",
    rawId: buffer,
    type: "public-key",
    response: { clientDataJSON: buffer, signature: buffer },
    getClientExtensionResults: () => ({}),
  });
  await press();
  const { publicKey } = get.mock.calls[0]![0] as { publicKey: PublicKeyCredentialRequestOptions };
  expect([...(publicKey.challenge as Uint8Array)]).toEqual([0, 1, 2, 255]);
  const field = document.querySelector<HTMLInputElement>("[name=credential]")!;
  expect(JSON.parse(field.value)).toMatchObject({ id: "AQID", rawId: "AQID", response: { signature: "AQID" } });
  expect(sent).toHaveBeenCalledOnce();
});

it("says what to do when nothing was chosen", async () => {
  get.mockRejectedValue(new DOMException("denied", "NotAllowedError"));
  await press();
  expect(problem().hidden).toBe(false);
  expect(problem().textContent).toBe("No passkey was chosen. Try again, or use your password.");
  expect(sent).not.toHaveBeenCalled();
});

it("writes bytes as base64 for addresses and reads them back", () => {
  const every = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(bytes(text(every.buffer))).toEqual(every);
  expect(text(every.buffer)).not.toMatch(/[+/=]/);
});
