import { expect, it } from "vitest";
import { show } from "./settle";
import type { TimeAgo } from "./time-ago";
import "./time-ago";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

it("keeps how long ago true", async () => {
  const element = await show<TimeAgo>(`<time-ago><time datetime="${minutesAgo(5)}">1 m ago</time></time-ago>`);
  expect(element.textContent).toBe("5 m ago");
  element.show(new Date(Date.now() + 3_600_000));
  expect(element.textContent).toBe("1 h ago");
});

it("counts on how long something runs, until it ends", async () => {
  const element = await show<TimeAgo>(
    `<time-ago format="since"><time datetime="${minutesAgo(372)}"></time></time-ago>`,
  );
  expect(element.textContent).toBe("6 h 12 m");
  element.setAttribute("until", minutesAgo(312));
  expect(element.textContent).toBe("1 h");
});

it("tells the exact time on hover", async () => {
  const element = await show<TimeAgo>(
    '<time-ago format="when"><time datetime="2025-01-02T10:00:00Z"></time></time-ago>',
  );
  expect(element.querySelector("time")?.title).toMatch(/^2 Jan 2025, \d\d:\d\d:00 /);
});

it("leaves alone what is no time", async () => {
  const element = await show<TimeAgo>('<time-ago><time datetime="soon">soon</time></time-ago>');
  expect(element.textContent).toBe("soon");
});
