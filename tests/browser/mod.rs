//! What a person meets in a real browser, at the size of a phone.

mod cards;
mod data;
mod demo;
mod design;
mod driver;
mod fieldwork;
mod open;
mod own;
mod pages;
mod questionnaire;
mod resident;
mod results;
mod staff;
mod whole;
