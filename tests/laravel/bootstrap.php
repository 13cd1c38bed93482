<?php

declare(strict_types=1);

use Composer\Autoload\ClassLoader;

// The tests run on the same packages as the application that they start.
/** @var ClassLoader $loader */
$loader = require __DIR__.'/../../build/laravel/app/vendor/autoload.php';
$loader->addPsr4('Reverb\\Laravel\\Tests\\', __DIR__);
