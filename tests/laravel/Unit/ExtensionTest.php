<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Native\Extension;

final class ExtensionTest extends TestCase
{
    #[Test]
    public function the_one_that_is_loaded_fits(): void
    {
        Extension::loaded()->ensureUsable();

        $this->assertTrue(Extension::loaded()->usable());
    }

    #[Test]
    public function one_that_is_not_loaded_is_told_how_to_install(): void
    {
        $extension = new Extension(null);

        $this->assertFalse($extension->usable());

        try {
            $extension->ensureUsable();
            $this->fail('Nothing was thrown');
        } catch (CannotStart $e) {
            $this->assertStringContainsString('pecl install reverb', $e->getMessage());
            $this->assertStringContainsString('extension=reverb', $e->getMessage());
        }
    }

    /**
     * @return list<array{string}>
     */
    public static function otherVersions(): array
    {
        return [['0.0.9'], ['0.2.0'], ['1.0.0'], ['2.3.4']];
    }

    #[Test]
    #[DataProvider('otherVersions')]
    public function one_that_does_not_fit_is_named_with_the_one_that_would(string $version): void
    {
        $extension = new Extension($version);

        $this->assertFalse($extension->usable());

        try {
            $extension->ensureUsable();
            $this->fail('Nothing was thrown');
        } catch (CannotStart $e) {
            $this->assertStringContainsString($version, $e->getMessage());
            $this->assertStringContainsString(Extension::REQUIRED, $e->getMessage());
        }
    }

    #[Test]
    public function a_later_one_of_the_same_series_fits(): void
    {
        $this->assertTrue((new Extension('0.1.99'))->usable());
    }
}
