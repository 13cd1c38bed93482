<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Countable;
use Illuminate\Events\Dispatcher;
use Illuminate\Support\Testing\Fakes\EventFake;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Events\ConnectionClosed;
use Reverb\Laravel\Events\ConnectionOpened;
use Reverb\Laravel\Hooks\Listeners;

final class ListenersTest extends TestCase
{
    #[Test]
    public function nobody_listens(): void
    {
        $this->assertFalse((new Listeners(new Dispatcher))->exist(ConnectionOpened::class));
    }

    #[Test]
    public function somebody_listens_by_name(): void
    {
        $events = new Dispatcher;
        $events->listen(fn (ConnectionOpened $event) => null);

        $this->assertTrue((new Listeners($events))->exist(ConnectionOpened::class));
    }

    #[Test]
    public function somebody_listens_by_an_interface(): void
    {
        $events = new Dispatcher;
        $events->listen(Countable::class, 'a-listener');

        $this->assertTrue((new Listeners($events))->exist(\ArrayObject::class));
        $this->assertFalse((new Listeners($events))->exist(ConnectionOpened::class));
    }

    #[Test]
    public function patterns_do_not_count(): void
    {
        $events = new Dispatcher;
        $events->listen('*', 'telescope');
        $events->listen('Reverb\Laravel\Events\*', 'another');

        $this->assertTrue($events->hasListeners(ConnectionOpened::class));
        $this->assertFalse((new Listeners($events))->exist(ConnectionOpened::class));
    }

    #[Test]
    public function a_listener_that_was_taken_back_does_not_count(): void
    {
        $events = new Dispatcher;
        $events->listen(ConnectionOpened::class, 'a-listener');
        $events->forget(ConnectionOpened::class);

        $this->assertFalse((new Listeners($events))->exist(ConnectionOpened::class));
    }

    #[Test]
    public function another_dispatcher_than_laravels_is_asked_in_the_terms_of_the_contract(): void
    {
        $events = new Dispatcher;
        $events->listen(ConnectionOpened::class, 'a-listener');
        $listeners = new Listeners(new EventFake($events));

        $this->assertTrue($listeners->exist(ConnectionOpened::class));
        $this->assertFalse($listeners->exist(ConnectionClosed::class));
    }
}
