/**
 * Make or use a passkey, then send the form around it.
 *
 *     <passkey-form kind="create" options="js_data">
 *       <form method="post"><input type="hidden" name="credential"> … <button>Add a passkey</button>
 *         <span class="error" data-problem hidden></span></form>
 *       <script id="js_data" type="application/json">{"creation_options": …}</script></passkey-form>
 *     <passkey-form kind="get" from="/accounts/2fa/webauthn/login/">…</passkey-form>
 *
 * Attributes: `kind`, `create` or `get`; `options`, the id of a block of JSON with what the server asks for, or `from`,
 * the address that tells it. What goes wrong is said in `[data-problem]`. Hidden where the browser knows no passkeys.
 */
import { define } from "../lit";

interface Asked {
  creation_options?: { publicKey: PublicKeyCredentialCreationOptionsJSON };
  request_options?: { publicKey: PublicKeyCredentialRequestOptionsJSON };
}

export class PasskeyForm extends HTMLElement {
  private sending = false;

  connectedCallback(): void {
    this.addEventListener("submit", this);
    this.hidden = !("credentials" in navigator) || !("PublicKeyCredential" in window);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this);
  }

  handleEvent(event: Event): void {
    if (this.sending) return;
    event.preventDefault();
    void this.send(event.target as HTMLFormElement);
  }

  private async send(form: HTMLFormElement): Promise<void> {
    this.say("");
    try {
      const credential = await this.ask(form);
      if (!credential) return;
      const field = form.querySelector<HTMLInputElement>("[name=credential]");
      if (field) field.value = JSON.stringify(toJSON(credential));
      this.sending = true;
      form.submit();
    } catch (problem) {
      this.say(sentence(problem));
    }
  }

  private async ask(form: HTMLFormElement): Promise<PublicKeyCredential | null> {
    const asked = await this.asked();
    if (this.getAttribute("kind") === "create" && asked.creation_options) {
      const publicKey = creation(asked.creation_options.publicKey, form);
      return (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
    }
    if (!asked.request_options) throw new Error("The server did not say which passkey it wants.");
    const publicKey = wanted(asked.request_options.publicKey);
    return (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
  }

  private async asked(): Promise<Asked> {
    const address = this.getAttribute("from");
    if (address) return (await (await fetch(address, { headers: { Accept: "application/json" } })).json()) as Asked;
    const block = document.getElementById(this.getAttribute("options") ?? "");
    return JSON.parse(block?.textContent ?? "{}") as Asked;
  }

  private say(text: string): void {
    const place = this.querySelector<HTMLElement>("[data-problem]");
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  }
}

/** A key that signs in by itself must be kept by the device and unlocked; one that is a second factor need not. */
function creation(
  options: PublicKeyCredentialCreationOptionsJSON,
  form: HTMLFormElement,
): PublicKeyCredentialCreationOptions {
  const alone = form.querySelector<HTMLInputElement>("[name=passwordless]")?.checked ?? false;
  return {
    ...(options as unknown as PublicKeyCredentialCreationOptions),
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(described),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" as const } : {}),
    },
  };
}

function wanted(options: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  return {
    ...(options as unknown as PublicKeyCredentialRequestOptions),
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(described),
  };
}

function described(item: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  return { ...(item as unknown as PublicKeyCredentialDescriptor), id: bytes(item.id) };
}

function toJSON(credential: PublicKeyCredential): Record<string, unknown> {
  const answer = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const told: Record<string, unknown> = { clientDataJSON: text(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"] as const) {
    const value = (answer as unknown as Record<string, ArrayBuffer | null | undefined>)[name];
    if (value) told[name] = text(value);
  }
  if (typeof answer.getTransports === "function") told["transports"] = answer.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

export function bytes(encoded: string): Uint8Array<ArrayBuffer> {
  const binary = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function text(buffer: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function sentence(problem: unknown): string {
  if (problem instanceof DOMException && problem.name === "NotAllowedError")
    return "No passkey was chosen. Try again, or use your password.";
  if (problem instanceof DOMException && problem.name === "InvalidStateError")
    return "This device has a passkey of yours already.";
  return problem instanceof Error ? problem.message : "The passkey did not work.";
}

define("passkey-form", PasskeyForm);
