//! What a person meets in a real browser, at the size of a phone.

mod cards;
mod data;
mod decisions;
mod demo;
mod design;
mod driver;
mod exports;
mod fieldwork;
mod open;
mod own;
mod pages;
mod paper;
mod passkey;
mod provider;
mod questionnaire;
mod reach;
mod record;
mod reports;
mod resident;
mod results;
mod rules;
mod staff;
mod tablet;
mod titles;
mod upload;
mod whole;
