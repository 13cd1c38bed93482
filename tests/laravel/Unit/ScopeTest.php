<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Container\Container;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Server\Scope;
use RuntimeException;
use stdClass;

/**
 * How long what is scoped in the container lives.
 */
final class ScopeTest extends TestCase
{
    private Container $app;

    private Scope $scope;

    protected function setUp(): void
    {
        $this->app = new Container;
        $this->app->scoped('scoped', fn (): stdClass => new stdClass);
        $this->scope = new Scope($this->app);
    }

    #[Test]
    public function each_call_has_its_own_also_after_one_that_threw(): void
    {
        $first = $this->scope->during($this->scoped(...));

        try {
            $this->scope->during(fn () => throw new RuntimeException((string) spl_object_id($this->scoped())));
        } catch (RuntimeException $e) {
            $this->assertSame((string) spl_object_id($second = $this->scoped()), $e->getMessage());
        }

        $this->assertNotSame($first, $second ?? null);
        $this->assertNotSame($second ?? null, $this->scope->during($this->scoped(...)));
    }

    #[Test]
    public function a_call_within_another_is_part_of_it(): void
    {
        [$before, $within, $after] = $this->scope->during(
            fn (): array => [$this->scoped(), $this->scope->during($this->scoped(...)), $this->scoped()]
        );

        $this->assertSame($before, $within);
        $this->assertSame($before, $after);
    }

    private function scoped(): object
    {
        return $this->app->make('scoped');
    }
}
