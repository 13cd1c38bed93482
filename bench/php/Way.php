<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Closure;

/**
 * One way to do what is measured.
 */
final class Way
{
    /**
     * @param  Closure(): void  $send
     * @param  ?Subscriber  $subscriber  who gets each of them
     */
    public function __construct(
        public readonly Closure $send,
        public readonly ?Subscriber $subscriber = null,
    ) {}

    /**
     * @param  int  $pause  microseconds before each
     * @return list<int> nanoseconds of each call
     */
    public function calls(int $count, int $pause): array
    {
        $times = [];

        for ($i = 0; $i < $count; $i++) {
            $pause > 0 && usleep($pause);
            $begin = hrtime(true);
            ($this->send)();
            $times[] = hrtime(true) - $begin;
        }

        for ($i = 0; $i < $count; $i++) {
            $this->subscriber?->read();
        }

        return $times;
    }

    /**
     * @param  int  $pause  microseconds before each
     * @return list<int> nanoseconds from each call's begin until the subscriber has what was sent
     */
    public function deliveries(int $count, int $pause): array
    {
        $times = [];

        for ($i = 0; $i < $count && $this->subscriber !== null; $i++) {
            $pause > 0 && usleep($pause);
            $begin = hrtime(true);
            ($this->send)();
            $this->subscriber->read();
            $times[] = hrtime(true) - $begin;
        }

        return $times;
    }
}
